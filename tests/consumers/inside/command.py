"""Runs a consumer's own program."""
import re
import subprocess


def run(*words, cwd="/"):
    """Its exit code, standard output and standard error."""
    done = subprocess.run(words, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def version(*words):
    """The first number with a dot, or after the program's name, that it prints."""
    _, out, err = run(*words)
    return re.search(r"\d+(\.\d+)+|(?<= )\d+", out + err).group()


def refusal(words, code, out, err):
    return f"$ {' '.join(words)}\n{out}{err}(exit code {code})"


def quiet(*words, cwd="/"):
    """For programs that say nothing when all is well: any word is a problem."""
    code, out, err = run(*words, cwd=cwd)
    return [refusal(words, code, out, err)] if code or out.strip() or err.strip() else []
