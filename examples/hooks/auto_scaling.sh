#!/bin/sh
# Put an instance of an auto scaling group into standby before patches are installed, and into service afterwards.
#
# An instance in standby gets no traffic from the load balancers of its group, and is not replaced while it reboots.
# HOOK=drain fails, and nothing is installed, if the group is at its minimum size, if the instance is starting or
# terminating, or if anything else fails; the instance is then in service as before. HOOK=return puts it back into
# service, unless it was in standby before.
#
# Each node makes the requests for itself: the limit of 20 instances a request does not apply.
#
# Environment: HOOK; optionally STATE_DIR, ATTEMPTS and INTERVAL, in seconds.
# Permissions of the node: autoscaling:DescribeAutoScalingInstances, EnterStandby and ExitStandby.
set -eu

state_file="${STATE_DIR:=/var/lib/patching-hooks}/auto-scaling"

# --- The node -----------------------------------------------------------------------------------------

metadata="${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}/latest"
token=$(curl -sSf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 300" "$metadata/api/token")
read_metadata() { curl -sSf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
instance=$(read_metadata instance-id)
AWS_DEFAULT_REGION=$(read_metadata placement/region)
export AWS_DEFAULT_REGION

# --- The auto scaling group ---------------------------------------------------------------------------

describe() {
    aws autoscaling describe-auto-scaling-instances --instance-ids "$instance" \
        --query "AutoScalingInstances[0].$1" --output text
}

wait_until() {
    attempt=0
    while state=$(describe LifecycleState) || return 1; [ "$state" != "$1" ]; do
        attempt=$((attempt + 1))
        [ "$attempt" -lt "${ATTEMPTS:-40}" ] || { echo "still $state after $attempt attempts" >&2; return 1; }
        sleep "${INTERVAL:-15}" &
        wait $! # a signal does not interrupt a command in the foreground
    done
}

# --- The hooks ----------------------------------------------------------------------------------------

drain() {
    state=$(describe LifecycleState)
    case "$state" in
    InService) ;;
    Standby | EnteringStandby) echo "$instance is $state"; wait_until Standby; return ;;
    *) echo "$instance is $state, and can enter standby only from InService" >&2; return 1 ;;
    esac
    mkdir -p "$STATE_DIR"
    echo "$group" >"$state_file"
    trap 'give_up $?' EXIT
    trap 'exit 143' INT TERM
    aws autoscaling enter-standby --instance-ids "$instance" --auto-scaling-group-name "$group" \
        --should-decrement-desired-capacity >/dev/null
    wait_until Standby
}

give_up() { # Put the node back if the hook fails.
    [ "$1" -eq 0 ] && return
    echo "draining failed, so $instance is put into service again" >&2
    put_into_service || true
    exit "$1"
}

put_into_service() {
    if ! leave_standby; then
        echo "$instance is possibly in standby: the next run with HOOK=return puts it into service" >&2
        return 1
    fi
    # Without the file, no later run changes an instance that is put into standby on purpose.
    rm -f "$state_file"
    wait_until InService || { echo "$instance has left standby, but is not known to be in service" >&2; return 1; }
}

leave_standby() { # An instance that is entering standby can leave it only after that.
    state=$(describe LifecycleState) || return 1
    case "$state" in
    InService | Pending*) return ;;
    Standby | EnteringStandby) ;;
    *) echo "$instance is $state" >&2; return 1 ;;
    esac
    wait_until Standby || return 1
    aws autoscaling exit-standby --instance-ids "$instance" --auto-scaling-group-name "$group" >/dev/null
}

put_back() {
    [ -s "$state_file" ] || { echo "$instance was not put into standby by this hook"; return; }
    put_into_service
}

group=$(describe AutoScalingGroupName)
[ "$group" != None ] || { echo "$instance is not in an auto scaling group" >&2; exit 1; }
case "$HOOK" in
drain) drain ;;
return) put_back ;;
*) echo "HOOK must be drain or return, got $HOOK" >&2; exit 2 ;;
esac
