"""What a kernel's environment says, whatever that of the process that starts it does; libraries read it when they are imported."""

VARIABLES = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # a backend set for scripts would leave cells without figures
    # One thread for linear algebra, however many the cores and the jobs: those of several runs would wait for one another, and with
    # two threads the last digits of a result, and so its bytes, are not what they are with one.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger that each kernel imports warns, for the debugging nobody does here
}
