"""The Lambda function that starts an ECS task when S3 reports a new object."""

import os

import boto3


def handler(event, context):
    keys = [record["s3"]["object"]["key"] for record in event.get("Records", [])]
    settings = os.environ
    task = settings["ECS_TASK_DEFINITION"]
    print(f"starting {task} for {keys}")

    network = {
        "subnets": settings["SUBNETS"].split(","),
        "securityGroups": settings["SECURITY_GROUPS"].split(","),
        "assignPublicIp": "DISABLED",
    }
    response = boto3.client("ecs").run_task(
        cluster=settings["ENVIRONMENT"],
        taskDefinition=task,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )
    if response["failures"]:
        raise RuntimeError(f"{task} did not start: {response['failures']}")
