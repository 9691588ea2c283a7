"""Names that can exist only once: in an account, in a region of an account, or in all of AWS."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

ACCOUNT, REGION, WORLD = "an account", "a region of an account", "all of AWS"


class Unique(NamedTuple):
    """attribute: what a resource is named by. scope: where the name can exist only once. replaced: whether AWS takes a
    second creation for a change of the first resource; it rejects it otherwise. within: the attribute with which it
    can exist once for each value of that."""

    attribute: str
    scope: str
    replaced: bool = False
    within: str = ""


UNIQUE: Mapping[str, Unique] = MappingProxyType(
    {
        # IAM User Guide: IAM and AWS STS quotas
        "aws_iam_role": Unique("name", ACCOUNT),
        "aws_iam_policy": Unique("name", ACCOUNT),
        "aws_iam_instance_profile": Unique("name", ACCOUNT),
        "aws_iam_user": Unique("name", ACCOUNT),
        "aws_iam_group": Unique("name", ACCOUNT),
        # Amazon S3 User Guide: Bucket naming rules
        "aws_s3_bucket": Unique("bucket", WORLD),
        # API references: CreateFunction, CreateLogGroup, CreateStateMachine, CreateAlias, PutParameter, CreateSecret,
        # CreateLoadBalancer, CreateTargetGroup, CreateRepository, CreateTable, CreateTrail
        "aws_lambda_function": Unique("function_name", REGION),
        "aws_cloudwatch_log_group": Unique("name", REGION),
        "aws_sfn_state_machine": Unique("name", REGION),
        "aws_kms_alias": Unique("name", REGION),
        "aws_ssm_parameter": Unique("name", REGION),
        "aws_secretsmanager_secret": Unique("name", REGION),
        "aws_lb": Unique("name", REGION),
        "aws_lb_target_group": Unique("name", REGION),
        "aws_ecr_repository": Unique("name", REGION),
        "aws_dynamodb_table": Unique("name", REGION),
        "aws_cloudtrail": Unique("name", REGION),
        # EventBridge Scheduler API Reference, CreateSchedule
        "aws_scheduler_schedule": Unique("name", REGION, within="group_name"),
        # PutRule, PutMetricAlarm, PutDashboard, CreateTopic, CreateQueue, CreateCluster, RegisterTaskDefinition
        "aws_cloudwatch_event_rule": Unique("name", REGION, replaced=True),
        "aws_cloudwatch_metric_alarm": Unique("alarm_name", REGION, replaced=True),
        "aws_cloudwatch_dashboard": Unique("dashboard_name", REGION, replaced=True),
        "aws_sns_topic": Unique("name", REGION, replaced=True),
        "aws_sqs_queue": Unique("name", REGION, replaced=True),
        "aws_ecs_cluster": Unique("name", REGION, replaced=True),
        "aws_ecs_task_definition": Unique("family", REGION, replaced=True),
    }
)
"""By Terraform resource type."""
