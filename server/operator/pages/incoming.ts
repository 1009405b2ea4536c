// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers by mail: how many came, and those that could not be read.
import {
  countSetAside,
  listSetAside,
  sumIncoming,
  type IncomingOutcome,
  type SetAside,
} from '../../../db/queries/incoming-mails.ts'
import { DAY, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { KEEP_DAYS, SET_ASIDE } from '../../mail/incoming/maildir.ts'
import type { Translator } from '../../text/i18n.ts'
import type { Mark } from '../rules.ts'

const MOST_SHOWN = 50
const OUTCOMES = ['taken', 'told', 'automatic', 'unknown'] as const satisfies readonly IncomingOutcome[]

export type IncomingFacts = {
  folder: string
  sums: Partial<Record<IncomingOutcome, number>>
  setAside: SetAside[]
  count: number
}

/** Undefined when nothing receives mail. */
export async function readIncomingFacts({ db, config, clock }: Deps): Promise<IncomingFacts | undefined> {
  if (!config.mailReplies) return undefined
  const since = later(clock.iso(), -KEEP_DAYS * DAY).slice(0, 10)
  return {
    folder: `${config.mailReplies.folder}/${SET_ASIDE}`,
    sums: await sumIncoming(db, since),
    setAside: await listSetAside(db, MOST_SHOWN),
    count: await countSetAside(db),
  }
}

export function incomingLines(t: Translator, facts: IncomingFacts | undefined) {
  if (!facts) return []
  const { sums, count } = facts
  const said = OUTCOMES.filter((one) => sums[one]).map((one) => t.n(`operator.incoming.${one}`, sums[one]!))
  const aside = count > 0 ? [t.n('operator.incoming.set_aside', count)] : []
  const text = [...said, ...aside].join(' ') || t('operator.incoming.none', { days: KEEP_DAYS })
  return [{ what: t('operator.incoming'), mark: (count > 0 ? 'wait' : 'ok') as Mark, text }]
}

export function setAsideSection(t: Translator, facts: IncomingFacts | undefined) {
  if (!facts || facts.count === 0) return null
  const { setAside, count, folder } = facts
  return {
    why: t('operator.incoming.why', { folder, days: KEEP_DAYS }),
    more: count > setAside.length ? t('operator.events.more', { shown: setAside.length, count }) : '',
    lines: setAside.map(({ file, at, reason }) => ({
      file,
      at: t.date(at, 'datetime'),
      reason: t.code('operator.incoming.reason', reason),
    })),
  }
}
