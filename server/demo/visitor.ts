// SPDX-License-Identifier: AGPL-3.0-or-later

export type Visitor = {
  get(path: string): Promise<string>
  /** @throws when the answer is not 303. */
  post(path: string, fields: Record<string, string>): Promise<void>
  /** Sends the form with this action, with its hidden fields (the version) and `fields`. */
  send(page: string, action: string, fields: Record<string, string>): Promise<void>
}

/** @param url public address. @param port on which it listens on this machine. */
export async function visit(url: string, port: number, login: string, password: string): Promise<Visitor> {
  let cookie = ''
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }), 'accept-language': 'fr' }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers, redirect: 'manual' })
    const [set] = answer.headers.getSetCookie()
    if (set) cookie = set.split(';')[0]!
    return answer
  }
  const visitor: Visitor = {
    async send(page, action, fields) {
      const html = await visitor.get(page)
      const form = html.split('<form').find((part) => part.includes(`action="${action}"`)) ?? ''
      await visitor.post(action, { ...hiddenIn(form.split('</form>')[0] ?? ''), ...fields })
    },
    async get(path) {
      const answer = await send(path)
      if (answer.status !== 200) throw new Error(`GET ${url}${path} answered ${answer.status}`)
      return answer.text()
    },
    async post(path, fields) {
      const headers = { origin: url, 'sec-fetch-site': 'same-origin' }
      const answer = await send(path, { method: 'POST', headers, body: new URLSearchParams(fields) })
      const text = await answer.text()
      if (answer.status !== 303) {
        const shown = text.replaceAll(/<[^<>]+>/g, ' ').replaceAll(/\s+/g, ' ')
        throw new Error(`POST ${url}${path} answered ${answer.status}: ${shown.slice(0, 600)}`)
      }
    },
  }
  await visitor.post('/sign-in', { login, password })
  return visitor
}

function hiddenIn(form: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [tag] of form.matchAll(/<input type="hidden"[^>]*>/g)) {
    const [, name] = /name="([^"]*)"/.exec(tag) ?? []
    const [, value = ''] = /value="([^"]*)"/.exec(tag) ?? []
    if (name) fields[name] = value
  }
  return fields
}
