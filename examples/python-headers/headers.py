"""Tells browsers how long they may keep what they got, and takes away headers that tell too much."""

import re

# A name with a digest in it never gets other content: /assets/app.1f2e3d4c.js
DIGEST = re.compile(r'\.[0-9a-f]{8,}\.[a-z0-9]+$')

FOR_A_YEAR = 'public, max-age=31536000, immutable'
ASK_EACH_TIME = 'no-cache'

TALKATIVE = ('server', 'x-powered-by')


def handler(event, context):
    cf = event['Records'][0]['cf']
    response = cf['response']
    headers = response['headers']

    if response['status'] == '200':
        keep = FOR_A_YEAR if DIGEST.search(cf['request']['uri']) else ASK_EACH_TIME
        headers['cache-control'] = [{'key': 'Cache-Control', 'value': keep}]

    for name in TALKATIVE:
        headers.pop(name, None)
    return response
