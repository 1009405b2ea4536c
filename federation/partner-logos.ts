// SPDX-License-Identifier: AGPL-3.0-or-later
// Keeps a copy of the logo of each member and source, drawn anew from what their site gives.
import {
  deleteLogo,
  listUnwantedLogos,
  listWantedLogos,
  saveLogo,
  type WantedLogo,
} from '../db/queries/partner-logos.ts'
import { deleteUpload, insertUpload } from '../db/queries/uploads.ts'
import type { Logo } from '../server/association/logo.ts'
import { DAY, later } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import type { Size } from '../server/web/picture.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import type { HttpClient } from './http-client.ts'
import { askForPicture, drawAnswer } from './pictures.ts'

/** In one run, which comes every minute. */
const AT_ONCE = 10
/** As large as pages show it: the list of members has many. */
export const LOGO_COPY: Size = { sides: [324, 240, 162], lightBytes: 2000, quality: 75 }

/** Days until a picture that could not be used is tried again, and until one that we have is looked at again. */
const AGAIN_AFTER = 1
const NEW_AFTER = 30

/** One that fails is put off for a day and stops no other. */
export async function keepPartnerLogos({ deps, http }: { deps: Deps; http: HttpClient }): Promise<void> {
  for (const { partner_uri, upload_id } of await listUnwantedLogos(deps.db, AT_ONCE))
    await transact(deps, async (tx) => {
      await deleteLogo(tx, partner_uri)
      if (upload_id) await deleteUpload(tx, upload_id)
    })
  const wanted = await listWantedLogos(deps.db, deps.clock.iso(), AT_ONCE)
  // Asked at once, because some sites do not answer; drawn one by one, because a picture takes much memory meanwhile.
  const answers = await Promise.all(wanted.map(({ icon_url }) => askForPicture(http, icon_url)))
  for (const [at, one] of wanted.entries()) {
    const drawn = await drawAnswer(answers[at]!, LOGO_COPY)
    await transact(deps, (tx) => keep(tx, deps, one, drawn))
  }
}

/** When a picture cannot be had, the copy before it stays. */
async function keep(tx: Tx, deps: Deps, wanted: WantedLogo, drawn: Logo | string): Promise<void> {
  const { partner_uri, icon_url, icon_alt, upload_id } = wanted
  const known = { partner_uri, source_url: icon_url, alt: icon_alt }
  const now = deps.clock.iso()
  if (typeof drawn === 'string')
    return saveLogo(tx, { ...known, upload_id, fault: drawn, due_at: later(now, AGAIN_AFTER * DAY) })
  const id = deps.newId()
  await insertUpload(tx, { id, kind: 'logo', ...drawn, created_at: now })
  await saveLogo(tx, { ...known, upload_id: id, fault: null, due_at: later(now, NEW_AFTER * DAY) })
  if (upload_id) await deleteUpload(tx, upload_id)
}
