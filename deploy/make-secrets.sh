#!/bin/sh
# Makes the secret files that docker-compose.yml mounts, in deploy/secrets/. What is there already stays as it is.
#
#   deploy/make-secrets.sh             asks for the client id and secret that Deskera gave you, or reads them, one to a
#                                      line, from its input
#   deploy/make-secrets.sh --sandbox   uses those of the Deskera sandbox
set -eu

# The folder keeps others on this machine out; the files must be readable for the containers' own users.
folder=$(dirname "$0")/secrets
mkdir -p "$folder"
chmod 0700 "$folder"
umask 022

keep() {
  [ -e "$folder/$1" ] || printf '%s' "$2" > "$folder/$1"
}

random() {
  head -c "$1" /dev/urandom | base64 | tr -d '\n'
}

# Without the characters that mean something in a URL.
random_word() {
  random 30 | tr '+/' 'ab'
}

# Asks for what only Deskera can give, unless it is there.
ask() {
  [ ! -e "$folder/$1" ] || return 0
  [ ! -t 0 ] || printf '%s: ' "$2" >&2
  IFS= read -r answer || true
  [ -n "$answer" ] || { echo "$2 is needed" >&2; exit 1; }
  keep "$1" "$answer"
}

keep database_password "$(random_word)"
keep database_url "postgres://token_broker:$(cat "$folder/database_password")@postgres:5432/token_broker"
keep encryption_keys "first:$(random 32)"
keep admin_key "$(random_word)"

if [ "${1-}" = --sandbox ]; then
  keep deskera_client_id 'cl_pub_sandbox'
  keep deskera_client_secret 'cl_priv_sandbox_5f0c1f6a8d7e4b3c9a2d1e0f'
else
  ask deskera_client_id 'Deskera client id'
  ask deskera_client_secret 'Deskera client secret'
fi

echo "The secrets are in $folder. Keep a copy of encryption_keys: without it the stored credentials are lost." >&2
