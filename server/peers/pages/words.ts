// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Translator } from '../../text/i18n.ts'
import type { KnownPeer } from '../known.ts'

const CODES: [RegExp, string][] = [
  [/^timeout/, 'timeout'],
  [/ENOTFOUND|EAI_AGAIN/, 'no_name'],
  [/CERT|SSL|TLS/, 'certificate'],
  [/^unreachable/, 'unreachable'],
  [/^http 40[13]$/, 'forbidden'],
  [/^http 4(?:04|10)$|^gone$|^not_found$/, 'gone'],
  [/^http 429$/, 'too_often'],
  [/^http 4/, 'not_understood'],
  [/^http 5|^http_error$/, 'broken'],
  [/_refused$|^url_unreadable$/, 'address'],
  [/^too_large$/, 'too_large'],
  [/^fault: /, 'fault'],
]

/** '' without a reason; a code without a text of ours is shown as it is. */
export function reasonInWords(t: Translator, reason: string | null): string {
  if (!reason) return ''
  const code = CODES.find(([pattern]) => pattern.test(reason))?.[1]
  return code
    ? t('peers.reason', { words: t.code('peers.reason', code), code: reason })
    : t('peers.reason.technical', { code: reason })
}

export function stateInWords(t: Translator, peer: KnownPeer): string {
  const at = (instant: string | null) => (instant ? t.date(instant, 'datetime') : '')
  const since = (key: 'peers.why.away' | 'peers.why.silent') =>
    peer.first_failed_at ? t(key, { at: at(peer.first_failed_at) }) : ''
  const why = reasonInWords(t, peer.last_error)
  switch (peer.state) {
    case 'blocked': {
      if (peer.blockedBy !== peer.host) return t('peers.why.blocked_with', { domain: peer.blockedBy })
      return peer.blocked_at ? t('peers.why.blocked', { at: at(peer.blocked_at) }) : ''
    }
    case 'left_out':
      return t('peers.why.left_out')
    case 'paused':
      return t('peers.why.paused', { at: at(peer.paused_at) })
    case 'away':
      return [since('peers.why.away'), why].filter(Boolean).join(' ')
    case 'silent':
      return [since('peers.why.silent'), why].filter(Boolean).join(' ')
    case 'refused':
      return [t.n('peers.why.refused', peer.failed), reasonInWords(t, peer.refusal)].filter(Boolean).join(' ')
    case 'waiting':
    case 'fine':
      return ''
  }
}

/** `since`: ISO instant; '' without a relation. */
export function relationInWords(t: Translator, peer: KnownPeer): { what: string; since: string } {
  const relation = peer.relations.find(({ state }) => state === 'active') ?? peer.relations[0]
  if (relation) {
    const asked = relation.state === 'active' ? '' : '_asked'
    const since = relation.decided_at ?? relation.requested_at
    return { what: t(`peers.relation.${relation.partner_is}${asked}`), since }
  }
  if (!peer.followers) return { what: t('peers.relation.none'), since: '' }
  return { what: t.n('peers.relation.followers', peer.followers.count), since: peer.followers.since }
}
