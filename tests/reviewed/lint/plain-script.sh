exit code 0
