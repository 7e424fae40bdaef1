#!/usr/bin/env bash
# Gives the following steps what they reach the state and the cluster with, for the time of this job only: a role that trusts this
# repository's OpenID Connect token (AWS_ROLE_ARN; the S3 backend and `aws eks get-token` take the token's file by themselves), and
# a kubeconfig that has no credential in it (KUBECONFIG_TEXT).
set -euo pipefail
if [ -n "${AWS_ROLE_ARN:-}" ]; then
  token=$RUNNER_TEMP/oidc-token
  curl -fsS -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq -r .value > "$token"
  chmod 600 "$token"
  { echo "AWS_ROLE_ARN=$AWS_ROLE_ARN"; echo "AWS_WEB_IDENTITY_TOKEN_FILE=$token"; } >> "$GITHUB_ENV"
fi
if [ -n "${KUBECONFIG_TEXT:-}" ]; then
  mkdir -p ~/.kube
  (umask 077 && printf '%s\n' "$KUBECONFIG_TEXT" > ~/.kube/config)
fi
