const NEEDED = 24;

/**
 * What to say where Node is too old, else null.
 * @param {string} version as process.versions.node has it
 */
export function nodeProblem(version) {
  return Number(version.split('.')[0]) >= NEEDED
    ? null
    : `Hayrick needs Node.js ${NEEDED} or newer; this is v${version}.`;
}
