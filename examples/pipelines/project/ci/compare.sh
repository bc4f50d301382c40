#!/bin/sh
# Write what this working tree changes for the nodes, compared with a revision, as Markdown:
#
#     ci/compare.sh REVISION FILE
#
# The cdk.out of the working tree is there. The revision is synthesized with its own requirements, so that a new version
# of a library is compared too.
set -eu
revision=$1
report=$2

not_compared() {
    printf '### Patching: not compared\n\n%s\n' "$1" >"$report"
    exit 0
}

synthesize() {
    cd "$1" &&
        python3 -m venv .venv &&
        PATH="$PWD/.venv/bin:$PATH" &&
        pip install --quiet --requirement requirements.txt &&
        npm ci --ignore-scripts &&
        npx cdk synth --quiet
}

git cat-file -e "$revision^{commit}" || not_compared "There is no earlier revision to compare with."
earlier=$(mktemp -d)/earlier
git worktree add --quiet --detach "$earlier" "$revision"
trap 'git worktree remove --force "$earlier"' EXIT

if [ -f "$earlier/cdk.json" ]; then
    (synthesize "$earlier") || not_compared "The earlier revision cannot be synthesized. The log has the reason."
    old=$earlier/cdk.out
else
    # Before the first version of the app, nothing was patched.
    old=$earlier/none.template.json
    echo '{"Resources": {}}' >"$old"
fi

# Exit code 1 means that there are differences.
patching-constructs diff "$old" cdk.out --format markdown --output "$report" || test $? = 1
