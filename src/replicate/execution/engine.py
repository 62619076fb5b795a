"""A papermill engine: `papermill --engine replicate`, or `papermill.execute_notebook(…, engine_name="replicate")`.

Papermill imports it whenever it is imported itself, whichever engine is asked for: so this module imports nothing else.
"""

from typing import Any

from papermill.engines import Engine, NotebookExecutionManager

ENGINE = "replicate"


class ReplicateEngine(Engine):  # type: ignore[misc]
    """Runs a notebook's cells in a kernel forked from a process that has imported what they need, and saves once, at the end."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,  # noqa: ARG003
        **options: Any,
    ) -> None:
        """Run every cell; the kernel is this interpreter, whatever the notebook calls its own.

        Parameters
        ----------
        nb_man
            Papermill's keeper of the notebook.
        kernel_name
            Not heeded.
        options
            Those of `replicate.execution.session.execute`.
        """
        from replicate.execution.session import execute

        execute(nb_man, **options)
