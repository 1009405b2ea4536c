// SPDX-License-Identifier: AGPL-3.0-or-later
// What may a login, a password or a handle be? Pure.

/** What people type to say who they are: an e-mail address, or their member number ("1042", "n° 1042"). */
export function readLogin(typed: string): { kind: 'email'; email: string } | { kind: 'number'; number: number } {
  const number = /^(?:n\s*[°ºo]?\.?|no\.?|#)?\s*0*(\d{1,9})$/i.exec(typed.trim())?.[1]
  return number ? { kind: 'number', number: Number(number) } : { kind: 'email', email: typed.trim() }
}
