// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages that ask for confirmation and show the consequences.
import type { ParkedLine } from '../../../db/queries/operator.ts'
import type { Translator } from '../../text/i18n.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import type { Consequences } from '../consequences.ts'
import type { KnownPeer } from '../known.ts'
import { blockPath, LIST, parkedLine, pathOf } from './list.ts'
import { relationInWords } from './words.ts'

export const MOST_NAMED = 50

function effects(t: Translator, gone: Consequences): string[] {
  const counted = [
    ['peers.effect.offers', gone.offers],
    ['peers.effect.unread', gone.unread],
    ['peers.effect.followers', gone.followers],
    ['peers.effect.deliveries', gone.deliveries],
    ['peers.effect.messages', gone.messages],
  ] as const
  const relations = gone.relations.map(({ partner_is, partner_name }) =>
    t(`peers.effect.${partner_is}`, { name: partner_name }),
  )
  return [...relations, ...counted.filter(([, count]) => count > 0).map(([key, count]) => t.n(key, count))]
}

export function askBlockPage(t: Translator, form: Form = emptyForm()) {
  return { title: t('peers.block.title'), form, back: LIST }
}

type Blocking = {
  host: string
  /** False when it is only a domain above sites we know. */
  isKnown: boolean
  /** The first that lie under it; `count` is how many there are. */
  under: readonly string[]
  count: number
  above: string | undefined
  gone: Consequences
  form?: Form
}

export function blockPage(t: Translator, { host, isKnown, under, count, above, gone, form }: Blocking) {
  const lines = effects(t, gone)
  return {
    title: t('peers.block.question', { host }),
    host,
    above: above === undefined ? null : { host: above, href: blockPath(above) },
    form: form ?? emptyForm(),
    effects: lines.length > 0 ? lines : [t('peers.effect.nothing')],
    under,
    more: count > under.length ? t.n('peers.block.more', count - under.length) : '',
    back: isKnown ? pathOf(host) : LIST,
  }
}

export const CONFIRMED = ['unblock', 'forget', 'leave_out'] as const
export type Confirmed = (typeof CONFIRMED)[number]
const CONFIRMATIONS = {
  unblock: { path: 'unblocking', question: 'peers.unblock.question', button: 'peers.unblock.button' },
  forget: { path: 'removal', question: 'peers.forget.question', button: 'peers.forget.button' },
  leave_out: { path: 'leaving-out', question: 'peers.leave_out.question', button: 'peers.leave_out.button' },
} as const satisfies Record<Confirmed, object>

export function confirmPage(t: Translator, what: Confirmed, { host, failed }: KnownPeer) {
  const { path, question, button } = CONFIRMATIONS[what]
  const texts = {
    unblock: () => t('peers.unblock.text'),
    forget: () => t.n('peers.forget.text', failed),
    leave_out: () => t('peers.leave_out.text'),
  }
  return {
    title: t(question, { host }),
    question: t(question, { host }),
    text: texts[what](),
    button: t(button),
    stop: what !== 'unblock',
    action: `${pathOf(host)}/${path}`,
    back: pathOf(host),
  }
}

/** The question before a message is never read again. */
export function forgetMessagePage(t: Translator, message: ParkedLine) {
  const { path, what, host, reason } = parkedLine(t, message)
  return {
    question: t('peers.parked.forget_title'),
    title: t('peers.parked.forget_title'),
    text: t('peers.parked.forget_text', { what, host, reason }),
    button: t('peers.parked.forget'),
    stop: true,
    action: `${path}/removal`,
    back: LIST,
  }
}

type Closing = {
  isClosed: boolean
  /** The first that are left out; `count` is how many there are. */
  out: readonly KnownPeer[]
  count: number
  kept: number
  gone: Consequences
  form?: Form
}

export function membersOnlyPage(t: Translator, { isClosed, out, count, kept, gone, form }: Closing) {
  return {
    title: t(isClosed ? 'peers.members.open_title' : 'peers.members.title'),
    isClosed,
    form: form ?? emptyForm(),
    kept: kept > 0 ? t.n('peers.members.kept', kept) : t('peers.members.kept_none'),
    count: t.n(isClosed ? 'peers.members.out' : 'peers.members.would', count),
    effects: isClosed ? [] : effects(t, gone),
    out: out.map((peer) => ({
      host: peer.host,
      name: peer.name,
      href: pathOf(peer.host),
      relation: relationInWords(t, peer).what,
    })),
    more: count > out.length ? t.n('peers.block.more', count - out.length) : '',
    back: LIST,
  }
}
