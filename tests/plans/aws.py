"""The types of the providers `aws` and `archive` that the sample uses, with the arguments that it uses."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tf.iface import DataSource, Resource
from tf.schema import Attribute
from tf.types import TfType

from tests.plans.kinds import (
    MAP,
    NUMBER,
    SET,
    SWITCH,
    TEXT,
    TEXTS,
    Values,
    block,
    data,
    fixed,
    optional,
    required,
    resource,
    set_block,
)

# What other parts of the infrastructure create: a look-up of anything else fails unless the checkout has created it.
ELSEWHERE = {
    "aws_db_instance": r"massgov-pfml-[\w-]+",
    "aws_ecr_repository": r"pfml-api",
    "aws_ecs_cluster": r"[\w-]+",
    "aws_s3_bucket": r"massgov-pfml-[\w-]+-(agency-transfer|reports)",
}


def _computed(*names: str, type: TfType | None = None) -> list[Attribute]:
    return [Attribute(name, type or TEXT, computed=True) for name in names]


_TAGS = optional("tags", type=MAP)

RESOURCES: list[type[Resource]] = [
    resource(
        "cloudwatch_event_rule",
        fixed("name"),
        optional("description", "schedule_expression", "event_pattern"),
        optional("is_enabled", type=SWITCH),
        _TAGS,
        computed={"id": "{name}", "arn": "arn:aws:events:{region}:{account}:rule/{name}"},
        limits={"name": 64, "schedule_expression": 256, "description": 512},
    ),
    resource(
        "cloudwatch_event_target",
        fixed("rule", "target_id"),
        required("arn"),
        optional("role_arn", "input"),
        computed={"id": "{rule}-{target_id}"},
        limits={"target_id": 64},
        blocks=(
            block(
                "ecs_target",
                required("task_definition_arn"),
                optional("launch_type", "platform_version"),
                optional("task_count", type=NUMBER),
                blocks=(
                    block(
                        "network_configuration",
                        required("subnets", type=SET),
                        optional("security_groups", type=SET),
                        optional("assign_public_ip", type=SWITCH),
                    ),
                ),
            ),
        ),
    ),
    resource(
        "cloudwatch_log_group",
        fixed("name"),
        optional("retention_in_days", type=NUMBER),
        _TAGS,
        computed={"id": "{name}", "arn": "arn:aws:logs:{region}:{account}:log-group:{name}"},
        limits={"name": 512},
    ),
    resource(
        "cloudwatch_log_subscription_filter",
        fixed("name", "log_group_name"),
        required("destination_arn", "filter_pattern"),
        computed={"id": "{log_group_name}:{name}"},
    ),
    resource(
        "cloudwatch_metric_alarm",
        fixed("alarm_name"),
        required("comparison_operator"),
        required("evaluation_periods", type=NUMBER),
        optional("alarm_description", "namespace", "metric_name", "statistic", "treat_missing_data"),
        optional("threshold", "period", "datapoints_to_alarm", type=NUMBER),
        optional("alarm_actions", type=SET),
        optional("dimensions", type=MAP),
        _TAGS,
        computed={"id": "{alarm_name}", "arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{alarm_name}"},
        limits={"alarm_name": 255},
    ),
    resource(
        "ecs_task_definition",
        fixed("family", "container_definitions"),
        optional("task_role_arn", "execution_role_arn", "network_mode", "cpu", "memory", replaces=True),
        optional("requires_compatibilities", type=SET, replaces=True),
        _TAGS,
        computed={"id": "{family}", "arn": "arn:aws:ecs:{region}:{account}:task-definition/{family}:1"},
        limits={"family": 255},
    ),
    resource(
        "iam_policy",
        fixed("name"),
        required("policy"),
        computed={"id": "arn:aws:iam::{account}:policy/{name}", "arn": "arn:aws:iam::{account}:policy/{name}"},
        limits={"name": 128},
    ),
    resource(
        "iam_role",
        fixed("name"),
        required("assume_role_policy"),
        optional("description"),
        _TAGS,
        computed={"id": "{name}", "arn": "arn:aws:iam::{account}:role/{name}"},
        key="name",
        limits={"name": 64},
    ),
    resource(
        "iam_role_policy",
        fixed("name", "role"),
        required("policy"),
        computed={"id": "{role}:{name}"},
        limits={"name": 128},
    ),
    resource("iam_role_policy_attachment", fixed("role", "policy_arn"), computed={"id": "{role}-{policy_arn}"}),
    resource(
        "lambda_function",
        fixed("function_name"),
        required("role"),
        optional("description", "filename", "source_code_hash", "handler", "runtime"),
        optional("timeout", type=NUMBER),
        _TAGS,
        computed={"id": "{function_name}", "arn": "arn:aws:lambda:{region}:{account}:function:{function_name}"},
        limits={"function_name": 64},
        blocks=(block("environment", optional("variables", type=MAP)),),
    ),
    resource(
        "lambda_permission",
        fixed("function_name", "action", "principal"),
        optional("source_account", "source_arn", "statement_id", replaces=True),
        computed={"id": "terraform-{function_name}"},
    ),
    resource(
        "s3_bucket",
        fixed("bucket"),
        optional("acl"),
        _TAGS,
        computed={"id": "{bucket}", "arn": "arn:aws:s3:::{bucket}"},
        limits={"bucket": 63},
    ),
    resource(
        "s3_bucket_notification",
        fixed("bucket"),
        computed={"id": "{bucket}"},
        blocks=(
            block(
                "lambda_function",
                required("events", type=SET),
                optional("lambda_function_arn", "filter_prefix", "filter_suffix"),
            ),
        ),
    ),
    resource(
        "security_group",
        fixed("name", "vpc_id"),
        optional("description", replaces=True),
        computed={"id": "sg-{name}"},
        blocks=(
            set_block(
                "egress",
                required("from_port", "to_port", type=NUMBER),
                required("protocol"),
                optional("description"),
                optional("cidr_blocks", type=TEXTS),
            ),
        ),
    ),
    resource(
        "sfn_state_machine",
        fixed("name"),
        required("definition", "role_arn"),
        computed={"id": "{name}", "arn": "arn:aws:states:{region}:{account}:stateMachine:{name}"},
        limits={"name": 80},
    ),
]


def _policy(config: Values) -> Values:
    statements = [_statement(statement) for statement in config["statement"] or []]
    return {"json": json.dumps({"Version": "2012-10-17", "Statement": statements})}


def _statement(block: Values) -> Values:
    named = {"Sid": "sid", "Action": "actions", "NotAction": "not_actions"}
    named |= {"Resource": "resources", "NotResource": "not_resources"}
    principals = {principal["type"]: principal["identifiers"] for principal in block["principals"]}
    conditions: Values = {}
    for condition in block["condition"]:
        conditions.setdefault(condition["test"], {})[condition["variable"]] = condition["values"]
    statement = {"Effect": block["effect"] or "Allow"} | {key: block[name] for key, name in named.items()}
    statement |= {"Principal": principals, "Condition": conditions}
    return {key: value for key, value in statement.items() if value}


def _archive(config: Values) -> Values:
    digest = hashlib.sha256(Path(config["source_file"]).read_bytes()).hexdigest()
    return {"output_base64sha256": digest, "id": digest}


DATA: list[type[DataSource]] = [
    data("caller_identity", computed={"account_id": "{account}", "id": "{account}"}),
    data(
        "db_instance",
        required("db_instance_identifier"),
        key="db_instance_identifier",
        computed={
            "id": "{db_instance_identifier}",
            "address": "{db_instance_identifier}.example.com",
            "db_name": "massgov_pfml",
            "master_username": "pfml",
        },
    ),
    data(
        "ecr_repository",
        required("name"),
        key="name",
        computed={
            "id": "{name}",
            "repository_url": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
        },
    ),
    data(
        "ecs_cluster",
        required("cluster_name"),
        key="cluster_name",
        computed={
            "id": "{cluster_name}",
            "arn": "arn:aws:ecs:{region}:{account}:cluster/{cluster_name}",
        },
    ),
    data(
        "iam_policy_document",
        _computed("json", "id"),
        compute=lambda config: {**_policy(config), "id": "0"},
        blocks=(
            block(
                "statement",
                optional("sid", "effect"),
                optional("actions", "not_actions", "resources", "not_resources", type=SET),
                blocks=(
                    set_block("principals", required("type"), required("identifiers", type=SET)),
                    set_block("condition", required("test", "variable"), required("values", type=TEXTS)),
                ),
            ),
        ),
    ),
    data(
        "iam_role",
        required("name"),
        key="name",
        computed={
            "id": "{name}",
            "arn": "arn:aws:iam::{account}:role/{name}",
        },
    ),
    data("region", computed={"name": "{region}", "id": "{region}"}),
    data("s3_bucket", required("bucket"), key="bucket", computed={"id": "{bucket}", "arn": "arn:aws:s3:::{bucket}"}),
    data(
        "subnet_ids",
        required("vpc_id"),
        _computed("ids", type=SET),
        compute=lambda config: {"ids": ["subnet-a", "subnet-b"]},
        computed={"id": "{vpc_id}"},
        blocks=(set_block("filter", required("name"), required("values", type=SET)),),
    ),
    data(
        "vpc",
        optional("tags", type=MAP),
        _computed("id"),
        compute=lambda config: {
            "id": f"vpc-{'-'.join(config['tags'].values())}",
        },
    ),
]

ARCHIVE_DATA: list[type[DataSource]] = [
    data(
        "file",
        required("type", "output_path", "source_file"),
        _computed("output_base64sha256", "id"),
        compute=_archive,
    ),
]
