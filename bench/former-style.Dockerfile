# How the former setup built: all of the source is copied, then all of it is built, and nothing is kept from
# the last build except the layers before. The toolchain, the build's settings and the rest of the image are the
# current ones, so that only the way of building differs.
ARG IMAGE
FROM ${IMAGE} AS build
COPY docker/build/ .kalis[i]/ca/*.crt /ca/
RUN cat /etc/ssl/certs/ca-certificates.crt /ca/*.cr[t] > /ca/bundle.pem
COPY examples/source/ /source/
RUN . /ca/network.env && bash /usr/local/lib/kalisi/build/rust.sh /source /out/bin
RUN . /ca/network.env && bash /usr/local/lib/kalisi/build/frontend.sh install /source/frontend && \
    bash /usr/local/lib/kalisi/build/frontend.sh build /source/frontend /out/runtime/frontend/dist

FROM ${IMAGE}
COPY --from=build --chown=kalisi:kalisi /out/ /opt/bootstrap/workspace-template/
COPY --chown=kalisi:kalisi examples/source/ /opt/bootstrap/workspace-template/source/
WORKDIR /opt/bootstrap/workspace-template
RUN bash /usr/local/lib/kalisi/build/sources.sh stamp rust source > .kalisi/stamps/rust && \
    bash /usr/local/lib/kalisi/build/sources.sh stamp frontend source > .kalisi/stamps/frontend && \
    chown kalisi:kalisi .kalisi/stamps/* && \
    node /usr/local/lib/kalisi/build/manifest.mjs template . > ../workspace-template.manifest
WORKDIR /
