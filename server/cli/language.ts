// SPDX-License-Identifier: AGPL-3.0-or-later
import { join } from 'node:path'
import { siteLanguage } from '../../db/condition.ts'
import { DATABASE_FILE } from '../../db/open.ts'
import { defaultDataDir } from '../../config/env.ts'
import { createI18n, type Locale, type Translator } from '../text/i18n.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * In the language of the person at the machine (POSIX: LC_ALL before LC_MESSAGES before LANG), else of the site, else
 * French. `C` and `POSIX` say nothing.
 */
export function speaks(env: Env): Translator {
  const asked = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  const language = /^(fr|en)/i.exec(asked)?.[1]?.toLowerCase()
  return createI18n().for((language as Locale | undefined) ?? ofSite(env))
}

function ofSite(env: Env): Locale {
  return siteLanguage(join(env['DATA_DIR'] || defaultDataDir, DATABASE_FILE)) === 'en' ? 'en' : 'fr'
}
