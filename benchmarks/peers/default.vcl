vcl 4.1;
# Varnish as it comes, in front of the same origin.
backend origin {
    .host = "127.0.0.1";
    .port = "@ORIGIN@";
}
sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
