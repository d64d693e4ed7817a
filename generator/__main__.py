"""Run the command: `python -m generator`."""

import gc

from generator.cli import main

# What is loaded stays to the end; to look for garbage among it again and again takes a tenth of the time of loading.
OBJECTS_BETWEEN_COLLECTIONS = 100_000

if __name__ == "__main__":
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        main(prog_name="handbill")
    finally:
        gc.freeze()  # the process ends, and all goes with it
