import type { ConnectionInfo } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine } from './clean.ts';
import { bytesText, countText, plural } from './numbers.ts';

/** What the connections hold and can do. */
export async function printInfo(context: Context, infos: readonly ConnectionInfo[]): Promise<void> {
  for (const [index, info] of infos.entries())
    await context.print(`${index === 0 ? '' : '\n'}${infoText(context, info)}`);
}

function infoText({ paint }: Context, info: ConnectionInfo): string {
  const row = (name: string, value: string): string => `  ${paint.faint(name.padEnd(14))}${value}\n`;
  if (info.failure !== null) {
    return `${paint.strong(cleanLine(info.connection))}  ${cleanLine(info.engine)}\n${row('failure', paint.bad(cleanLine(info.failure)))}`;
  }
  const can = Object.entries(info.capabilities).flatMap(([name, yes]) => (yes ? [name] : []));
  const cannot = Object.entries(info.capabilities).flatMap(([name, yes]) => (yes ? [] : [name]));
  const lag =
    info.lag === 0
      ? 'none, all that the catalog knows is indexed'
      : `${plural(info.lag, 'change')} to apply: run update_index`;
  return [
    `${paint.strong(cleanLine(info.connection))}  ${cleanLine(info.version)}\n`,
    row('target', cleanLine(info.target)),
    row('documents', info.live === null ? 'no index yet: run rebuild_index' : countText(info.documents)),
    row('size', bytesText(info.bytes)),
    row('lag', lag),
    info.rebuildNeeded === null ? '' : row('rebuild', paint.bad(cleanLine(info.rebuildNeeded))),
    ...info.generations.flatMap((generation) => [
      row(
        'generation',
        `${cleanLine(generation.name)}  ${generation.state}  ${plural(generation.documents, 'document')}  ${bytesText(generation.bytes)}  ${generation.createdAt}`,
      ),
      ...generation.notes.map((note) => row('', cleanLine(note))),
    ]),
    row('fields', info.fields.map(cleanLine).join(' ')),
    row('can', can.join(' ')),
    cannot.length === 0 ? '' : row('cannot', cannot.join(' ')),
  ].join('');
}
