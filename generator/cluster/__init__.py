"""Run jobs on the workers of a Dask cluster, which share no disk with this machine nor with each other."""

from generator.cluster.sending import run

__all__ = ["run"]
