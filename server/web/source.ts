// SPDX-License-Identifier: AGPL-3.0-or-later
// AGPL-3.0 section 13 requires the source code of what runs here: from this site, or from SOURCE_URL.
import { archive } from '../../config/source/archive.ts'
import { sourceFiles } from '../../config/source/files.ts'
import type { Deps } from '../deps.ts'
import type { Handler } from './handler.ts'
import { redirect } from './redirect.ts'
import { ROOT, softwareVersion } from './software.ts'

/** Milliseconds in memory, so that further requests cost nothing. */
const KEPT_MS = 10 * 60_000

/** The files this process was started from, without data, settings and packages. */
export const source = (deps: Deps): Handler => {
  let made: Promise<Buffer> | undefined
  const make = async (): Promise<Buffer> => {
    const files = await sourceFiles(ROOT, [deps.config.dataDir])
    return archive(ROOT, files, `mainforte-${softwareVersion()}`)
  }
  const forget = () => (made = undefined)
  return async (req, res) => {
    const { sourceUrl } = deps.config
    if (sourceUrl) return redirect(req, res, sourceUrl, 302)
    if (!made) {
      made = make()
      made.then(() => setTimeout(forget, KEPT_MS).unref(), forget)
    }
    const bytes = await made
    res.removeHeader('Vary')
    res
      .set({
        'Content-Type': 'application/gzip',
        'Content-Disposition': `attachment; filename="mainforte-${softwareVersion()}.tar.gz"`,
        'Cache-Control': 'public, max-age=3600',
      })
      .send(bytes)
  }
}
