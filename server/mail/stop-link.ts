// SPDX-License-Identifier: AGPL-3.0-or-later
// The address by which one press stops notices of some kinds to one person (RFC 8058). It says who and what, sealed, so
// that nothing is stored for it, and it does nothing else.
import type { Deps } from '../deps.ts'
import { NOTICE_KINDS, type NoticeKind } from '../model/notice-choices.ts'

const PURPOSE = 'stop notices'
type Keys = Pick<Deps, 'secrets' | 'config'>

export function stopLink({ secrets, config }: Keys, personId: string, kinds: readonly NoticeKind[]): string {
  return `${config.publicUrl}/notices/${secrets.seal(JSON.stringify([personId, ...kinds]), PURPOSE)}/stop`
}

/** Undefined for a link that is not ours. */
export function readStopLink({ secrets }: Keys, token: string): { personId: string; kinds: NoticeKind[] } | undefined {
  try {
    const [personId = '', ...named] = JSON.parse(secrets.open(token, PURPOSE)) as string[]
    return { personId, kinds: NOTICE_KINDS.filter((kind) => named.includes(kind)) }
  } catch {
    return undefined
  }
}
