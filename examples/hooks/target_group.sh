#!/bin/sh
# Take the node out of a target group before patches are installed, and put it back afterwards.
#
# HOOK=drain deregisters the ports that are registered, and waits until their connections are closed. If anything fails,
# it registers them again and fails, so that nothing is installed. HOOK=return registers what was deregistered, and waits
# until it is healthy: a node that was not registered before is not registered afterwards.
#
# The node can be registered by its instance ID or by its primary private IPv4 address. A target in the state "unused"
# gets no traffic, and is left as it is.
#
# Environment: HOOK, TARGET_GROUP_ARN; optionally STATE_DIR, ATTEMPTS and INTERVAL, in seconds.
# Permissions of the node: elasticloadbalancing:DescribeTargetHealth, DeregisterTargets and RegisterTargets.
set -eu

# --- The node -----------------------------------------------------------------------------------------

metadata="${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}/latest"
token=$(curl -sSf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 300" "$metadata/api/token")
read_metadata() { curl -sSf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
instance=$(read_metadata instance-id)
address=$(read_metadata local-ipv4 2>/dev/null) || address=$instance # an instance without an IPv4 address
AWS_DEFAULT_REGION=$(read_metadata placement/region)
export AWS_DEFAULT_REGION

# --- The target group ---------------------------------------------------------------------------------

group=${TARGET_GROUP_ARN##*:targetgroup/}
# The targets to register again. Hooks for other target groups have files of their own.
state_file="${STATE_DIR:=/var/lib/patching-hooks}/target-group-$(echo "$group" | tr / -)"

targets_in() { # Print the targets of this node in one of the states, as the arguments of the AWS CLI.
    is_own="Target.Id=='$instance' || Target.Id=='$address'"
    is_in_state=$(printf "TargetHealth.State=='%s' || " "$@")
    query="TargetHealthDescriptions[?$is_own] | [?${is_in_state% || }].[Target.Id, Target.Port, Target.AvailabilityZone]"
    found=$(aws elbv2 describe-target-health --target-group-arn "$TARGET_GROUP_ARN" --query "$query" --output text) ||
        return 1
    [ -z "$found" ] || echo "$found" | while read -r id port zone; do
        # A zone is supported, and for addresses outside of the VPC required, only for addresses.
        [ "$id" = "$address" ] && [ "$zone" != None ] && port="$port,AvailabilityZone=$zone"
        echo "Id=$id,Port=$port"
    done
}

register() { # The targets are words without spaces.
    # shellcheck disable=SC2086
    aws elbv2 register-targets --target-group-arn "$TARGET_GROUP_ARN" --targets $1
}

wait_until_none_is() {
    attempt=0
    while remaining=$(targets_in "$@") || return 1; [ -n "$remaining" ]; do
        attempt=$((attempt + 1))
        [ "$attempt" -lt "${ATTEMPTS:-40}" ] || { echo "still $* after $attempt attempts" >&2; return 1; }
        sleep "${INTERVAL:-15}" &
        wait $! # a signal does not interrupt a command in the foreground
    done
}

# --- The hooks ----------------------------------------------------------------------------------------

drain() {
    registered=$(targets_in initial healthy unhealthy unhealthy.draining unavailable)
    if [ -z "$registered" ]; then
        echo "neither $instance nor $address is registered in $group"
        wait_until_none_is draining
        return
    fi
    mkdir -p "$STATE_DIR"
    echo "$registered" >"$state_file"
    trap 'give_up $?' EXIT
    trap 'exit 143' INT TERM
    # shellcheck disable=SC2086
    aws elbv2 deregister-targets --target-group-arn "$TARGET_GROUP_ARN" --targets $registered
    wait_until_none_is draining
}

give_up() { # Put the node back if the hook fails.
    [ "$1" -eq 0 ] && return
    echo "draining failed, so $instance is registered again" >&2
    register_again || true
    exit "$1"
}

register_again() { # Without the file, no later run registers a node that was deregistered on purpose.
    if ! register "$(cat "$state_file")"; then
        echo "$instance is possibly not registered in $group: the next run with HOOK=return registers it" >&2
        return 1
    fi
    rm -f "$state_file"
}

put_back() {
    [ -s "$state_file" ] || { echo "$instance was not deregistered from $group by this hook"; return; }
    register_again
    if ! wait_until_none_is initial draining unhealthy unhealthy.draining; then
        echo "$instance is registered in $group, but is not known to be healthy" >&2
        return 1
    fi
}

case "$HOOK" in
drain) drain ;;
return) put_back ;;
*) echo "HOOK must be drain or return, got $HOOK" >&2; exit 2 ;;
esac
