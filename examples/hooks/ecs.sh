#!/bin/sh
# Drain a container instance of ECS before patches are installed, and activate it afterwards.
#
# HOOK=drain sets it to DRAINING, and waits until it runs no task. If anything fails, it is set to ACTIVE again and the
# hook fails, so that nothing is installed. HOOK=return sets it to ACTIVE, unless it was not ACTIVE before.
#
# ECS stops only the tasks of services. The hook waits for standalone tasks too, and fails if they take too long.
#
# Environment: HOOK, CLUSTER; optionally STATE_DIR, ATTEMPTS and INTERVAL, in seconds.
# Permissions of the node: ecs:ListContainerInstances, DescribeContainerInstances and UpdateContainerInstancesState.
set -eu

# Hooks for other clusters have files of their own.
state_file="${STATE_DIR:=/var/lib/patching-hooks}/ecs-${CLUSTER##*/}"

# --- The node -----------------------------------------------------------------------------------------

metadata="${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}/latest"
token=$(curl -sSf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 300" "$metadata/api/token")
read_metadata() { curl -sSf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
instance=$(read_metadata instance-id)
AWS_DEFAULT_REGION=$(read_metadata placement/region)
export AWS_DEFAULT_REGION

# --- The container instance ---------------------------------------------------------------------------

find_container_instance() {
    aws ecs list-container-instances --cluster "$CLUSTER" --filter "ec2InstanceId == $instance" \
        --query "containerInstanceArns[0]" --output text
}

describe() {
    aws ecs describe-container-instances --cluster "$CLUSTER" --container-instances "$container_instance" \
        --query "containerInstances[0].$1" --output text
}

set_status() { # ECS reports a failure in the response to a successful request.
    failure=$(aws ecs update-container-instances-state --cluster "$CLUSTER" --status "$1" \
        --container-instances "$container_instance" --query "failures[0].reason" --output text) || return 1
    [ "$failure" = None ] || { echo "$container_instance is not $1: $failure" >&2; return 1; }
}

wait_until_idle() {
    attempt=0
    while tasks=$(describe "sum([runningTasksCount, pendingTasksCount])") || return 1; [ "$tasks" != 0 ]; do
        attempt=$((attempt + 1))
        if [ "$attempt" -ge "${ATTEMPTS:-40}" ]; then
            echo "still $tasks tasks after $attempt attempts; ECS does not stop standalone tasks: wait, or stop them" >&2
            return 1
        fi
        sleep "${INTERVAL:-15}" &
        wait $! # a signal does not interrupt a command in the foreground
    done
}

# --- The hooks ----------------------------------------------------------------------------------------

drain() {
    status=$(describe status)
    if [ "$status" != ACTIVE ]; then
        echo "$container_instance is $status"
        wait_until_idle
        return
    fi
    mkdir -p "$STATE_DIR"
    echo "$container_instance" >"$state_file"
    trap 'give_up $?' EXIT
    trap 'exit 143' INT TERM
    set_status DRAINING
    wait_until_idle
}

give_up() { # Put the node back if the hook fails.
    [ "$1" -eq 0 ] && return
    echo "draining failed, so $container_instance is set to ACTIVE again" >&2
    activate || true
    exit "$1"
}

activate() { # Without the file, no later run activates an instance that is drained on purpose.
    if ! set_status ACTIVE; then
        echo "$container_instance is possibly DRAINING: the next run with HOOK=return sets it to ACTIVE" >&2
        return 1
    fi
    rm -f "$state_file"
}

put_back() {
    [ -s "$state_file" ] || { echo "$container_instance was not set to DRAINING by this hook"; return; }
    activate
}

container_instance=$(find_container_instance)
[ "$container_instance" != None ] || { echo "$instance is not in $CLUSTER" >&2; exit 1; }
case "$HOOK" in
drain) drain ;;
return) put_back ;;
*) echo "HOOK must be drain or return, got $HOOK" >&2; exit 2 ;;
esac
