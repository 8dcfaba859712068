"""report.html in Firefox, over its own remote protocol (WebDriver BiDi), so that no driver is needed.

    report_firefox.py DIR

Prints nothing when the page draws itself without a message of an error.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import trio
from trio_websocket import open_websocket_url

CHECKS = [
    ('drawn', "document.body.dataset.ready", 'yes'),
    ('parts', "String([...document.querySelectorAll('section')].every(s => s.querySelector('svg, canvas, table, .empty')))",
     'true'),
    ('zoom', "(() => { const was = $('range').textContent; $('zoom-in').click();"
             "return String($('range').textContent !== was); })()", 'true'),
    ('step', "(() => { $('first').click(); $('step').click(); return $('moment').textContent.match(/step \\d+/)[0]; })()",
     'step 2'),
    ('choice', "(() => { chooseItem(items.find(i => i.kind === KIND.work));"
               "return String($('chosen').textContent.includes('life:')); })()", 'true'),
    ('look', "(() => { $('look').click(); return document.documentElement.dataset.theme; })()", 'dark'),
]


async def ask(socket, number, method, params, errors):
    await socket.send_message(json.dumps({'id': number, 'method': method, 'params': params}))
    while True:
        answer = json.loads(await socket.get_message())
        if answer.get('method') == 'log.entryAdded' and answer['params']['level'] == 'error':
            errors.append(answer['params']['text'])
        if answer.get('id') == number:
            if answer['type'] != 'success':
                print(method, answer.get('message'))
            return answer.get('result', {})


async def look(address, page):
    errors = []
    async with open_websocket_url(address + '/session') as socket:
        await ask(socket, 1, 'session.new', {'capabilities': {}}, errors)
        await ask(socket, 2, 'session.subscribe', {'events': ['log.entryAdded']}, errors)
        tree = await ask(socket, 3, 'browsingContext.getTree', {}, errors)
        context = tree['contexts'][0]['context']
        await ask(socket, 4, 'browsingContext.navigate', {'context': context, 'url': page, 'wait': 'complete'}, errors)
        for i, (what, script, wanted) in enumerate(CHECKS):
            got = await ask(socket, 5 + i, 'script.evaluate', {
                'expression': script, 'target': {'context': context}, 'awaitPromise': False}, errors)
            found = got.get('result', {}).get('value', got)
            if found != wanted:
                print(f'{what}: {found!r} instead of {wanted!r}')
    for e in errors:
        print('message:', e)


def main(folder):
    with tempfile.TemporaryDirectory() as profile:
        with open(os.path.join(profile, 'user.js'), 'w', encoding='utf-8') as f:
            f.write('user_pref("ui.systemUsesDarkTheme", 0);\n')
        run = subprocess.Popen(['firefox-esr', '--headless', '--no-remote', '--profile', profile,
                                '--remote-debugging-port', '0'],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            for line in run.stderr:
                address = re.search(r'listening on (ws://\S+)', line)
                if address:
                    page = 'file://' + os.path.join(os.path.realpath(folder), 'report.html')
                    trio.run(look, address.group(1), page)
                    return
            print('Firefox does not listen')
        finally:
            run.terminate()
            run.wait()


main(sys.argv[1])
