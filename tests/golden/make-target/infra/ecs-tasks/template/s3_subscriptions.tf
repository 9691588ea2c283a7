# Tasks that run when an object arrives in a bucket: S3 calls a Lambda function, which starts the task.
# A bucket has one notification resource; a second one would replace the first without a word.
