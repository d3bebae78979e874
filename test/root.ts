/**
 * Whether the tests run as root. That they do not is said on stderr with what is skipped for it, and is an error where `CI` is `true`.
 *
 * @param skipped what only root can try
 */
export function asRoot(skipped: string): boolean {
  if (process.getuid?.() === 0) return true;
  const text = `Only root can try ${skipped}.`;
  if (process.env['CI'] === 'true') throw new Error(text);
  process.stderr.write(`SKIPPED: ${text}\n`);
  return false;
}
