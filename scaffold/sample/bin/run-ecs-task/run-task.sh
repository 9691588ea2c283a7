#!/usr/bin/env bash
# Starts a task by hand. Arguments after the author replace the task's command, the script's name first.
set -o errexit -o nounset -o pipefail

if [ $# -lt 3 ]; then
  echo "usage: run-task.sh <env> <task> <author.name> [args]" >&2
  exit 2
fi
environment=$1 task=$2 author=$3
shift 3

outputs=$(terraform -chdir="$(dirname "$0")/../../infra/ecs-tasks/environments/$environment" output -json)
network=$(jq -c '{awsvpcConfiguration: {
  subnets: .subnets.value, securityGroups: .security_groups.value, assignPublicIp: "DISABLED"}}' <<<"$outputs")
overrides=$(jq -nc --arg name "$task" '{containerOverrides: [
  {name: $name} + (if $ARGS.positional == [] then {} else {command: $ARGS.positional} end)]}' --args -- "$@")

aws ecs run-task --region us-east-1 --launch-type FARGATE --cluster "$environment" --started-by "$author" \
  --task-definition "pfml-api-$environment-$task" --network-configuration "$network" --overrides "$overrides"
