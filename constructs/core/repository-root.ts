/** The repository's root, from where cdktf has Terraform run: cdktf.out/stacks/<stack>. */
export const REPOSITORY_ROOT = "../../..";
