"""Changes files of the server."""

import os
from pathlib import Path

from world import ALONE, FOLDER, WORLD, done

TARGET = f"{FOLDER}/open-to-all"
done("made a file", lambda: Path(f"{FOLDER}/made").write_text("x"))
done("appended", lambda: os.open(TARGET, os.O_WRONLY | os.O_APPEND))
done("truncated", lambda: os.truncate(TARGET, 1))
done("truncated while reading", lambda: os.open(TARGET, os.O_RDONLY | os.O_TRUNC))
done("made a folder", lambda: os.mkdir(f"{FOLDER}/folder"))
done("made a link", lambda: os.symlink("/", f"{FOLDER}/link"))
done("renamed", lambda: os.rename(TARGET, f"{FOLDER}/renamed"))
done("moved out", lambda: os.rename(TARGET, "stolen"))
done("moved in", lambda: (Path("mine").touch(), os.rename("mine", f"{FOLDER}/mine")))
done("removed", lambda: os.unlink(f"{FOLDER}/removable"))
# The judge looks whether these had an effect: some walls only pretend.
for change in (
    lambda: os.chmod(TARGET, 0o777),
    lambda: os.utime(TARGET, (1, 1)),
    lambda: os.setxattr(TARGET, "user.mark", b"x"),
):
    try:
        change()
    except OSError:
        continue
if not ALONE:
    done("wrote beside the library", lambda: Path(os.__file__).with_name("x.py").write_text("x"))
    done("wrote at the top", lambda: Path("/made").write_text("x"))
    if not WORLD["walled"]:
        done("wrote in the box", lambda: Path("../made").write_text("x"))
