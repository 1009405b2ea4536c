// SPDX-License-Identifier: AGPL-3.0-or-later
// Each error has an English message for the log and a text key for people.
import type { MessageKey } from '../text/message-keys.ts'

export type Params = Record<string, string | number>
export type FieldFault = MessageKey | { readonly key: MessageKey; readonly params?: Params }
export type FieldErrors = Record<string, FieldFault>

export class HttpError extends Error {
  readonly status: number
  readonly key: MessageKey
  readonly params: Params
  constructor(status: number, key: MessageKey, params: Params = {}) {
    super(`${status} ${key}`)
    this.status = status
    this.key = key
    this.params = params
  }
}

/** 422. Handlers show the form again, as it was typed. */
export class Invalid extends HttpError {
  readonly fields: FieldErrors
  constructor(fields: FieldErrors) {
    super(422, 'error.invalid.text')
    this.fields = fields
  }
}

/** 409. The rules do not allow it in this state. */
export class Refused extends HttpError {
  constructor(key: MessageKey, params: Params = {}) {
    super(409, key, params)
  }
}

/** 409. Another person changed it meanwhile. */
export class Conflict extends HttpError {
  constructor(key: MessageKey = 'error.conflict.text') {
    super(409, key)
  }
}

/** 404. It does not exist, or this person may not know that it does. */
export class NotFound extends HttpError {
  constructor(key: MessageKey = 'error.not_found.text') {
    super(404, key)
  }
}

/** 410. It was there, and will not come back (RFC 9110 §15.5.11). */
export class Gone extends HttpError {
  constructor() {
    super(410, 'error.not_found.text')
  }
}

export class Forbidden extends HttpError {
  constructor(key: MessageKey = 'error.forbidden.text') {
    super(403, key)
  }
}

/** 401. The session is over, or never began. */
export class SignInFirst extends HttpError {
  constructor() {
    super(401, 'form.again.sign_in')
  }
}

/** 429. `seconds` until the next try is allowed. */
export class TooMany extends HttpError {
  readonly seconds: number
  constructor(seconds: number) {
    super(429, 'error.too_many.text', { minutes: Math.max(1, Math.ceil(seconds / 60)) })
    this.seconds = seconds
  }
}
