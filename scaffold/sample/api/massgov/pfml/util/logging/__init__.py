"""Logging for the whole of massgov.pfml: one JSON object a line, on standard error."""

import json
import logging.config  # noqa: B1
import os
from typing import Any, Dict

SETTINGS: Dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"as_json": {"()": f"{__name__}.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "as_json"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {"massgov.pfml": {"level": "INFO"}},
}

# What every record has. The rest came in through `extra`.
STANDARD_ATTRIBUTES = {*vars(logging.makeLogRecord({})), "message", "asctime"}


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "name": record.name,
            "message": record.getMessage(),
        }
        for key, value in vars(record).items():
            if key not in STANDARD_ATTRIBUTES:
                fields[key] = value
        if record.exc_info:
            fields["exc_text"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def init(program_name: str) -> None:
    """Configure logging. LOGGING_LEVEL overrides single loggers: "name=level,name=level"."""
    logging.config.dictConfig(SETTINGS)
    for override in filter(None, os.environ.get("LOGGING_LEVEL", "").split(",")):
        name, _, level = override.partition("=")
        logging.getLogger(name).setLevel(level)
    get_logger(__name__).info("logging of %s is configured", program_name)


def get_logger(name: str) -> logging.Logger:
    """Return the logger of a massgov module, which is the only kind that `init` configures."""
    if name.partition(".")[0] != "massgov":
        raise ValueError(f"not the name of a massgov module: {name!r}")
    return logging.getLogger(name)
