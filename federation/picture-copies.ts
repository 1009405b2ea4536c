// SPDX-License-Identifier: AGPL-3.0-or-later
// Keeps a copy of each picture of the offers of others that we read or show, drawn anew from what their site gives.
import { listDuePictures, savePictureCopy } from '../db/queries/picture-copies.ts'
import { DAY, later, MINUTE } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { OFFER_PICTURE } from '../server/public-offer/pictures.ts'
import { transact } from '../server/web/transact.ts'
import type { HttpClient } from './http-client.ts'
import { askForPicture, drawAnswer } from './pictures.ts'

/** In one run, which comes every minute. */
const AT_ONCE = 10
/** After each failure; then the picture is left alone, until the offer names another one. */
const AGAIN_AFTER = [10 * MINUTE, DAY, DAY, 3 * DAY]

/** One that fails is put off and stops no other. */
export async function keepPictureCopies({ deps, http }: { deps: Deps; http: HttpClient }): Promise<void> {
  const due = await listDuePictures(deps.db, deps.clock.iso(), AT_ONCE)
  // Asked at once, because some sites do not answer; drawn one by one, because a picture takes much memory meanwhile.
  const answers = await Promise.all(due.map(({ source_url }) => askForPicture(http, source_url)))
  for (const [at, { id, tries }] of due.entries()) {
    const drawn = await drawAnswer(answers[at]!, OFFER_PICTURE)
    const now = deps.clock.iso()
    const wait = AGAIN_AFTER[tries]
    const failed = { fault: String(drawn), tries: tries + 1, due_at: wait === undefined ? null : later(now, wait) }
    const changes = typeof drawn === 'string' ? failed : { ...drawn, fault: null, due_at: null }
    await transact(deps, (tx) => savePictureCopy(tx, id, changes))
  }
}
