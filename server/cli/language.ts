// SPDX-License-Identifier: AGPL-3.0-or-later
import { join } from 'node:path'
import { siteLanguage } from '../../db/condition.ts'
import { DATABASE_FILE } from '../../db/open.ts'
import { defaultDataDir } from '../../config/env.ts'
import { languageOf, type Say } from '../../config/node/texts.js'
import { createI18n, type Locale, type Translator } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * In the language of the person at the machine (POSIX: LC_ALL before LC_MESSAGES before LANG), else of the site, else
 * French. `C` and `POSIX` say nothing.
 */
export function speaks(env: Env): Translator {
  return createI18n().for(languageOf(env) ?? ofSite(env))
}

/** For `config/` and `db/`, which do not know the keys of texts. */
export const sayIn =
  (t: Translator): Say =>
  (key, values) =>
    t(key as MessageKey, values)

function ofSite(env: Env): Locale {
  return siteLanguage(join(env['DATA_DIR'] || defaultDataDir, DATABASE_FILE)) === 'en' ? 'en' : 'fr'
}
