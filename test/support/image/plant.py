# plant.py LOG STUB: as kalisi, in every folder that kalisi can write to, a stub of every command, and the files that
# programs read when they start. Prints the folders. What lies deeper in the source tree is left out: it would be built.
import os
import sys

log, stub = sys.argv[1:]
commands = {
    name
    for folder in ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/opt/node/bin", "/opt/rust/cargo/bin"]
    if os.path.isdir(folder)
    for name in os.listdir(folder)
}
shell = f'echo "$(/usr/bin/id -u) {{name}}" >> {log}\n'
startup = {
    **dict.fromkeys([".bashrc", ".bash_profile", ".profile", ".bash_login", ".bash_logout", ".shrc"], shell),
    ".gitconfig": "[core]\n\tfsmonitor = {folder}/.stub\n\thooksPath = {folder}\n\tpager = {folder}/.stub\n",
    ".curlrc": 'dump-header = "{folder}/.read-by-curl"\n',
    ".wgetrc": "output_document = {folder}/.read-by-wget\n",
    ".redisclirc": ":set hints\n",
    ".inputrc": "set bell-style none\n",
    ".npmrc": "node-options=--invalid\n",
    "package.json": "{{",
    "sitecustomize.py": f"import os\nopen('{log}', 'a').write(f'{{{{os.getuid()}}}} {{name}}\\n')\n",
}


def plant(folder):
    with open(f"{folder}/.stub", "w", encoding="ascii") as file:
        file.write(stub)
    os.chmod(f"{folder}/.stub", 0o755)
    for command in commands:
        try:
            os.link(f"{folder}/.stub", f"{folder}/{command}")
        except FileExistsError:
            pass
    for name, content in startup.items():
        with open(f"{folder}/{name}", "w", encoding="ascii") as file:
            file.write(content.format(name=name, folder=folder))


for name in ["bin", ".local/bin", ".cargo/bin", ".config/git"]:
    os.makedirs(f"/home/kalisi/{name}", exist_ok=True)
for folder, below, _ in os.walk("/"):
    below[:] = [] if folder in ("/proc", "/sys", "/dev/mqueue", "/workspace/source") else below
    # Queues are no files.
    if folder != "/dev/mqueue" and os.access(folder, os.W_OK | os.X_OK):
        plant(folder)
        print(folder)
