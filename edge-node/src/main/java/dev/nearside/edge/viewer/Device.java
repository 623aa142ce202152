package dev.nearside.edge.viewer;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What kind of device a viewer is, from its User-Agent. AWS does not publish its rules; these are ours. More than one
 * may be true; what is nothing else counts as a desktop, as tools and crawlers do at CloudFront.
 */
record Device(boolean android, boolean desktop, boolean ios, boolean mobile, boolean smartTv, boolean tablet) {

    private static final String[] TV_MARKS = {
        "smart-tv",
        "smarttv",
        "smart tv",
        "google tv",
        "googletv",
        "android tv",
        "appletv",
        "apple tv",
        "hbbtv",
        "netcast",
        "web0s",
        "bravia",
        "viera",
        "roku",
        "crkey",
        "nettv",
        "philipstv",
        "sonydtv",
        "aquosbrowser",
        " aftb",
        " aftt",
        " aftm",
        " afts",
        " aftn",
        "shield android",
        "mibox",
        "chromecast"
    };

    private static final String[] TABLET_MARKS = {"ipad", "tablet", "kindle", "playbook", "silk/", "nexus 7", "sm-t"};

    private static final String[] MOBILE_MARKS = {
        "mobile",
        "mobi/",
        "iphone",
        "ipod",
        "windows phone",
        "iemobile",
        "blackberry",
        "bb10",
        "opera mini",
        "opera mobi",
        "symbian",
        "webos",
        "fennec",
        "series60",
        "maemo"
    };

    static Device of(@Nullable String userAgent) {
        String agent = userAgent == null ? "" : userAgent.toLowerCase(Locale.ROOT);
        boolean windowsPhone = agent.contains("windows phone");
        boolean ios = !windowsPhone && (agent.contains("iphone") || agent.contains("ipad") || agent.contains("ipod"));
        boolean android = !windowsPhone && agent.contains("android");
        boolean smartTv = containsAny(agent, TV_MARKS) || (agent.contains("tizen") && agent.contains(" tv "));
        boolean saysMobile = containsAny(agent, MOBILE_MARKS);
        // Android asks tablets to leave "Mobile" out.
        boolean tablet = !smartTv && (containsAny(agent, TABLET_MARKS) || (android && !saysMobile));
        boolean mobile = !smartTv && (saysMobile || tablet);
        return new Device(android, !mobile && !smartTv, ios, mobile, smartTv, tablet);
    }

    private static boolean containsAny(String agent, String[] marks) {
        for (String mark : marks) {
            if (agent.contains(mark)) {
                return true;
            }
        }
        return false;
    }
}
