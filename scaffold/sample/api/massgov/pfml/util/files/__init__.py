"""Files on S3. The real one also knows SFTP and files on disk."""

from typing import List, Tuple
from urllib.parse import urlparse

import boto3


def split_s3_url(path: str) -> Tuple[str, str]:
    """Return the bucket and the key, or the prefix of keys, of s3://bucket/key."""
    url = urlparse(path)
    return url.netloc, url.path.lstrip("/")


def list_files(path: str, recursive: bool = False) -> List[str]:
    """Return the names of the files in a folder, relative to it."""
    bucket_name, prefix = split_s3_url(path)
    folder = f"{prefix.rstrip('/')}/".lstrip("/")
    objects = boto3.resource("s3").Bucket(bucket_name).objects.filter(Prefix=folder)
    names = [s3_object.key[len(folder) :] for s3_object in objects]
    return [name for name in names if recursive or "/" not in name]
