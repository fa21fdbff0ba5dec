# Installs what tests/peers.txt lists, with apt. Sourced by ./test, with $root set.
#
# Prints on standard output the packages that could not be installed although a mirror answered, one a line; all else goes to standard
# error. Without root, apt or a mirror it says so and gives up: the tests that miss a program are then skipped by themselves.
# Nothing that arrives is started, now, at the next boot or by cron: policy-rc.d forbids the start, new units are disabled, jobs set aside.

peers_wanted() { sed -e 's/#.*//' "$root/tests/peers.txt" | tr -s ' \t' '\n' | grep . ; }

peers_installed() { dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u; }

peers_missing() { comm -23 <(peers_wanted | sort -u) <(peers_installed); }

install_peers() (
  tell() { printf 'test: %s\n' "$*" >&2; }
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    tell "no apt here: tests whose programs are missing will be skipped"
    return
  fi
  mapfile -t missing < <(peers_missing)
  if ((${#missing[@]} == 0)); then return; fi
  if ((EUID != 0)); then
    tell "not root, so not installing: ${missing[*]} (tests that need them will be skipped)"
    return
  fi

  tell "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
  apt=(apt-get -y -q -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  before="$(peers_installed)"

  # inn2's installation ends with an error on a machine that has no full name; it asks this file for one first.
  named="$(mktemp)" && chmod 644 "$named"
  printf '%s\n' 'mta: "/bin/false %s"' 'domain: test.invalid' 'hismethod: hisv6' 'ovmethod: tradindexed' 'pathnews: /usr/lib/news' 'pathdb: /var/lib/news' \
    'pathetc: /etc/news' 'pathspool: /var/spool/news' 'pathlog: /var/log/news' 'pathrun: /run/news' >"$named"
  export INNCONF="$named"

  # Debian's own switch: invoke-rc.d asks this file, and 101 means "do not".
  policy=/usr/sbin/policy-rc.d
  kept=""
  if [[ -e "$policy" || -L "$policy" ]]; then kept="$(mktemp -u "$policy.XXXXXX")" && mv "$policy" "$kept"; fi
  restore() { rm -f "$policy" "$named"; if [[ -n "$kept" ]]; then mv "$kept" "$policy"; fi; }
  trap restore EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"

  install() { "${apt[@]}" install --no-install-recommends "$@" </dev/null >&2; }
  if ! "${apt[@]}" -o APT::Update::Error-Mode=any update </dev/null >&2; then
    # No mirror; what is cached may still do.
    install "${missing[@]}" || tell "no mirror answers: tests that need ${missing[*]} will be skipped"
    return
  fi
  install "${missing[@]}" || for package in "${missing[@]}"; do install "$package"; done # one by one, to lose only the bad ones

  mapfile -t new < <(comm -13 <(printf '%s\n' "$before") <(peers_installed) | xargs -r dpkg -L 2>/dev/null)
  if command -v systemctl >/dev/null; then
    printf '%s\n' "${new[@]}" | sed -n 's#^\(/usr\)\{0,1\}/lib/systemd/system/\([^/@]*\.\(service\|socket\|path\|timer\)\)$#\2#p' | sort -u \
      | while read -r unit; do systemctl disable "$unit" >/dev/null 2>&1 || tell "could not disable $unit"; done
  fi
  for job in "${new[@]}"; do # cron reads no file that has a dot in its name
    if [[ "$job" == /etc/cron.d/* && -f "$job" ]]; then mv "$job" "$job.disabled"; fi
  done
  peers_missing
)
