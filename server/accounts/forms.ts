// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { text } from '../web/fields.ts'
import type { MessageKey } from '../web/message-keys.ts'

/** A password as it was typed: spaces and all, never trimmed. */
function secret(missing: MessageKey) {
  return z.string(missing).min(1, missing).max(1000, 'accounts.error.password_long')
}

export const signInForm = z.object({
  login: text(254, 'accounts.error.login_missing'),
  password: secret('accounts.error.password_missing'),
})
