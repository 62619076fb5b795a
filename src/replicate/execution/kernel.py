"""Kernels that run in this very interpreter, whatever kernels the machine has installed, and are the run's own."""

import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import zmq.asyncio
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Dict, Unicode, default

from replicate.execution.environment import VARIABLES
from replicate.execution.provision import Nursery, Provisioner

_RETRY = 5  # milliseconds until a socket tries again to reach a kernel that is about to listen; 100 where nothing is said
_LONGEST = 90  # characters of a socket's path; Linux has room for 107, macOS for 103, and the name of the port follows


class KernelSpecs(KernelSpecManager):
    """Knows one kernel: ipykernel in the interpreter of this process."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002 - every name is answered with the one kernel
        """Return the kernel, whatever a notebook calls it."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class KernelManager(AsyncKernelManager):
    """Starts a kernel with an environment of its own, and a file for what it says outside its cells.

    The kernel's connection file and IPython profile are private to the run: a reader's own start-up files don't change a result.
    """

    private = Unicode()
    environment = Dict()

    @classmethod
    def within(
        cls, folder: Path, nursery: Nursery | None, environment: Mapping[str, str]
    ) -> "KernelManager":
        """Return a manager that keeps what the kernel needs in a folder of its own, which nobody else can read."""
        socket = folder / "socket"
        by_files = os.name == "posix" and len(str(socket)) <= _LONGEST
        transport = (
            {"transport": "ipc", "ip": str(socket)}
            if by_files
            else {"transport_encryption": "auto"}
        )
        own = {"IPYTHONDIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder)}
        context = zmq.asyncio.Context()
        context.reconnect_ivl = _RETRY
        manager = cls(
            context=context,
            private=str(folder),
            environment={**VARIABLES, **own, **environment},
            connection_file=str(folder / "connection.json"),
            **transport,
        )
        manager.provisioner = Provisioner(
            kernel_id=str(uuid.uuid4()), kernel_spec=manager.kernel_spec, parent=manager
        )
        manager.provisioner.nursery = nursery
        return manager

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecs:
        return KernelSpecs()

    async def clean_up(self) -> None:
        """Close what connects to the kernel, and remove its files."""
        await self.cleanup_resources()
        self.context.destroy(linger=0)

    @property
    def log_file(self) -> Path:
        """What the kernel says outside its cells."""
        return Path(self.private) / "kernel.log"

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        options["env"] |= self.environment
        with self.log_file.open("ab") as log:
            await super()._async_launch_kernel(kernel_cmd, stderr=log, **options)
