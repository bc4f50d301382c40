"""Run Command: what `now` asks for, sends, and follows until it ends."""
