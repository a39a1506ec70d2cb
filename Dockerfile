# One image for every part of Airguard; the command decides which it is: `airguard help`.
FROM node:24-trixie-slim

RUN apt-get update \
  && apt-get install --yes --no-install-recommends nats-server \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings Node 24 itself, so the packages that would bring it are left out.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force
COPY LICENSE ./
COPY protocols protocols
COPY machines machines
COPY agents agents
COPY edge edge
COPY cloud cloud
COPY sim sim
COPY setup setup
COPY cli cli
COPY test/fixtures test/fixtures

# A new volume takes over the owner and the mode of the folder it is mounted on.
RUN install -d -o node -g node -m 700 /data /data/keys
USER node
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "/app/cli/main.ts"]
CMD ["help"]
