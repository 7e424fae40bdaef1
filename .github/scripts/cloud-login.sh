#!/usr/bin/env bash
# Gives the following steps what they reach the state and the cluster with, for an hour. AWS is the example, as the state is in S3:
# for another cloud, this file is what changes.
#
# - AWS_ROLE_ARN: a role that trusts this repository's OpenID Connect token. The token is exchanged once, here: it is valid for
#   minutes, and a deploy takes longer.
# - KUBECONFIG_TEXT: a kubeconfig without a credential, whose user is an `exec` such as `aws eks get-token`.
set -euo pipefail
if [ -n "${AWS_ROLE_ARN:-}" ]; then
  token=$(mktemp)
  trap 'rm -f "$token"' EXIT
  curl -fsS --retry 3 -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq -r .value > "$token"
  read -r id key session < <(aws sts assume-role-with-web-identity \
    --role-arn "$AWS_ROLE_ARN" --role-session-name "ci-$GITHUB_RUN_ID" --duration-seconds 3600 \
    --web-identity-token "file://$token" --region "${AWS_REGION:-us-east-1}" --output text \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]') || true
  [ -n "${session:-}" ] || { echo "::error::role '$AWS_ROLE_ARN' was not given: does it trust this repository and environment?"; exit 1; }
  # Nothing of them may be seen in a log.
  printf '::add-mask::%s\n' "$id" "$key" "$session"
  {
    echo "AWS_ACCESS_KEY_ID=$id"
    echo "AWS_SECRET_ACCESS_KEY=$key"
    echo "AWS_SESSION_TOKEN=$session"
  } >> "$GITHUB_ENV"
fi
if [ -n "${KUBECONFIG_TEXT:-}" ]; then
  mkdir -p ~/.kube
  (umask 077 && printf '%s\n' "$KUBECONFIG_TEXT" > ~/.kube/config)
fi
