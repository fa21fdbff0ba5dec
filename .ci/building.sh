# Building under a lock, for ./pointsman and ./test alike. Sourced by bash, with $root set to the repository's folder.
#
# A build is worth repeating when a source is newer than the stamp of the last good build. The stamp's time is from before that
# build began, so that a file changed meanwhile counts; a build that failed or was interrupted leaves the old stamp, so that nothing
# half-built is ever started. "Newer" is by ctime, which nobody can set: a file copied or checked out with an old mtime counts as
# well. Folders are looked at like files, because theirs is the only time that tells of a deletion.

artifacts="$root/artifacts"
stamp="$artifacts/launcher/stamp"
program="$artifacts/bin/Pointsman.Node/release/pointsman"

say() { printf 'pointsman: %s\n' "$*" >&2; }

sources_changed() {
  [[ -e "$stamp" && -x "$program" ]] || return 0
  local inputs=("$root/src") file
  for file in "$root"/Directory.* "$root"/*.slnx "$root"/global.json "$root"/BannedSymbols.txt "$root"/.editorconfig "$root"/[Nn]u[Gg]et.[Cc]onfig; do
    if [[ -e "$file" ]]; then inputs+=("$file"); fi
  done
  [[ -n "$(find "${inputs[@]}" -cnewer "$stamp" -print -quit 2>&1)" ]]
}

# Sets $dotnet. Its folder becomes DOTNET_ROOT where none is set, because the built program looks there and in /usr alone, never in PATH.
find_dotnet() {
  dotnet="$(command -v dotnet 2>/dev/null)" || dotnet=""
  if [[ -z "$dotnet" ]]; then
    local folder
    for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
      if [[ -n "$folder" && -x "$folder/dotnet" ]]; then dotnet="$folder/dotnet" && break; fi
    done
  fi
  [[ -n "$dotnet" ]] || return 1
  if [[ -z "${DOTNET_ROOT:-}" ]]; then
    local home
    home="$(readlink -f "$dotnet")"
    home="${home%/*}"
    if [[ -d "$home/host/fxr" ]]; then export DOTNET_ROOT="$home"; fi
  fi
}

require_sdk() {
  local wanted why
  wanted="$(sed -n 's/.*"version": *"\([0-9]*\)\..*/\1/p' "$root/global.json" | head -n 1)"
  if ! find_dotnet; then
    say "the .NET SDK $wanted is needed to build, and there is no 'dotnet' here. Get it from https://dot.net/download and run this again."
    return 1
  fi
  if ! why="$(cd "$root" && "$dotnet" --version 2>&1)"; then
    say "the .NET SDK $wanted is needed to build, and $dotnet has none that fits. Get it from https://dot.net/download and run this again."
    printf '%s\n' "$why" >&2
    return 1
  fi
}

# One builder at a time; the others wait. Descriptor 9 holds the lock and is closed for every child, or a child that stays would keep it.
take_lock() {
  mkdir -p "$artifacts/launcher"
  if command -v flock >/dev/null; then
    exec 9>"$artifacts/launcher/lock"
    if ! flock -n 9; then
      say "waiting for a build that is already running"
      flock 9
    fi
    return
  fi
  # Without flock: a folder is the lock, with its holder's process id inside; one whose holder is gone is taken away.
  local held="$artifacts/launcher/lock.d" holder
  until mkdir "$held" 2>/dev/null; do
    holder="$(cat "$held/pid" 2>/dev/null || true)"
    if [[ -n "$holder" ]] && ! kill -0 "$holder" 2>/dev/null; then rm -rf "$held"; fi
    sleep 0.2
  done
  echo $$ >"$held/pid"
}

drop_lock() {
  if command -v flock >/dev/null; then exec 9>&-; else rm -rf "$artifacts/launcher/lock.d"; fi
}

# build TARGET: Release, into artifacts/; what the compiler says goes to a file and is shown when it failed.
build() {
  local target="$1" log="$artifacts/launcher/build.log" began=$SECONDS status=0 builder home
  touch "$stamp.next"
  home="${HOME:-}"
  if [[ ! -w "${home:-/nowhere}" ]]; then home="$artifacts/home" && mkdir -p "$home"; fi # dotnet and NuGet must have one
  say "building $target (Release)"
  # No build servers: one that stays behind would hold the terminal, and the memory of a machine that only wanted the program.
  HOME="$home" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false \
    "$dotnet" build "$root/$target" -c Release -v q -nologo -nodeReuse:false -p:UseSharedCompilation=false \
    </dev/null >"$log" 2>&1 9>&- &
  builder=$!
  trap 'kill "$builder" 2>/dev/null; drop_lock; say "interrupted; nothing was started"; exit 130' INT TERM HUP
  if [[ -t 2 ]]; then
    while kill -0 "$builder" 2>/dev/null; do
      printf '\rpointsman: building, %d s ' $((SECONDS - began)) >&2
      sleep 0.2
    done
    printf '\r\033[K' >&2
  fi
  wait "$builder" || status=$?
  trap - INT TERM HUP
  if ((status != 0)); then
    cat "$log" >&2
    say "the build failed (its whole output: artifacts/launcher/build.log)"
    return 1
  fi
  mv "$stamp.next" "$stamp"
  say "built in $((SECONDS - began)) s"
}
