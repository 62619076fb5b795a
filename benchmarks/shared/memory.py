"""What one more run of a notebook holds."""

import json
import time
from pathlib import Path

import psutil

from replicate.execution.warm import Pool, imports

_WAIT = """import pathlib, time
pathlib.Path(here, str(seed)).touch()
while not pathlib.Path(here, "go").exists():
    time.sleep(0.02)"""


def of_runs(notebook: Path, *, jobs: int) -> None:
    """Run a notebook several times at once, and print what each kernel holds at its end alone, and with its share of the rest."""
    for warm, name in ((True, "forked"), (False, "ordinary")):
        here = notebook.parent / name
        here.mkdir()
        waiting = _that_waits(notebook, here)
        with Pool(jobs, preload=imports([notebook]), warm=warm) as pool:
            runs = [
                pool.submit(
                    waiting, parameters={"seed": number}, out=here / "out", name=str(number)
                )
                for number in range(jobs)
            ]
            while not all((here / str(number)).exists() for number in range(jobs)):
                assert not any(run.done() for run in runs), runs
                time.sleep(0.02)
            for what, processes in _processes(pool, warm=warm).items():
                held = [process.memory_full_info() for process in processes]
                alone, shared = (
                    " and ".join(f"{getattr(each, kind) / 2**20:.0f}" for each in held)
                    for kind in ("uss", "pss")
                )
                print(
                    f"{name}: {what}: {alone} MiB held by each alone (USS), {shared} MiB with its part of what is shared (PSS)"
                )
            (here / "go").touch()
            assert all(run.result()[0].status == "ok" for run in runs)


def _that_waits(notebook: Path, here: Path) -> Path:
    content = json.loads(notebook.read_text())
    last = content["cells"][-1] | {"id": "wait", "source": f"here = {str(here)!r}\n{_WAIT}"}
    path = here / "waiting.ipynb"
    path.write_text(json.dumps(content | {"cells": [*content["cells"], last]}))
    return path


def _processes(pool: Pool, *, warm: bool) -> dict[str, list[psutil.Process]]:
    if not warm:
        return {"kernels": psutil.Process().children()}
    parents = [psutil.Process(parent.process.pid) for parent in pool.parents]
    kernels, runners = (parent.children() for parent in parents)
    return {"kernels": kernels, "what runs them": runners, "the two that were forked from": parents}
